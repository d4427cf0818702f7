"""Frames of queries: what people type around a noun and what they ask of it."""

from __future__ import annotations

OPENINGS = (
    "find ", "looking for ", "search for ", "show me ", "any ", "examples of ", "search: ",
    "searching for ", "data on ", "tell me about ", "what about ", "need ", "could you find ",
)  # fmt: skip
REQUESTS = (
    "I need {}", "looking for {}", "find {}", "search for {}", "show me {}", "I want {}",
    "give me {}", "find me {}", "we are looking for {}", "suggest {}", "example of {}",
)  # fmt: skip
MORE_REQUESTS = (
    "I am after {}", "I'd like {}", "I would like {}", "I am looking for {}", "could you find {}",
    "can you find me {}", "please find {}", "searching for {}", "we need {}", "trying to find {}",
    "need {}", "wanted: {}", "I am trying to find {}", "help me find {}", "please suggest {}",
    "can you recommend {}", "do you have {}", "do you know {}", "is there {}", "what about {}",
    "I am interested in {}", "for a project I need {}", "for testing, {}", "name {}",
    "for a calculation I need {}", "for an experiment we want {}", "it should be {}",
)  # fmt: skip
"""around a noun with its article"""
MANY = (
    "find {}", "looking for {}", "show me {}", "all {}", "list {}", "examples of {}", "list of {}",
    "search for {}", "give me {}", "I am looking for {}", "find all {}",
)  # fmt: skip
MORE_MANY = (
    "I am after {}", "I'd like {}", "I would like to see {}", "could you find {}", "any {}",
    "can you find me {}", "please list {}", "searching for {}", "we need {}", "trying to find {}",
    "need {}", "wanted: {}", "I want to see all {}", "help me find {}", "please suggest {}",
    "can you recommend {}", "do you have {}", "do you know {}", "are there {}", "what about {}",
    "which {} are there", "I am interested in {}", "for a project I need {}", "name some {}",
    "for a screening, {}", "for my thesis I need {}", "some {}", "only {}", "filter for {}",
    "for an experiment we want {}", "what {} do we have", "what are some {}", "known {}",
)  # fmt: skip
"""around a noun in the plural"""
RELATIVES = ("{n} that {t}", "{n} that {t}", "{n} which {t}")
ONE_FRAMES: tuple[tuple[str, ...], ...] = (
    RELATIVES,
    ("{r} that {t}", "{r} that {t}", "{r} which {t}", "{r} {w}", "{r} that should {b}",
     "{r}; it {t}", "{r}, it has to {b}", "{r}, and it must {b}", "{r} which must {b}"),
    ("which {n} {t}?", "which {n} {t}", "what {n} {t}?", "is there {a} that {t}?",
     "is there any {n} that {t}?", "does any {n} {d}?", "do you know {a} that {t}?",
     "is {a} known that {t}?", "can you name {a} that {t}?", "has anyone found {a} that {t}?",
     "what is {a} that {t}?", "which {n} do you have that {t}?", "do we have {a} {w}?",
     "is there {a} {w}?", "where can I find {a} that {t}?", "does {a} exist that {t}?"),
    ("must {b}: {n}", "should {b}; {n}", "it must {b}, {a}", "{w}, {a}", "{w}: {n}", "{w}, {n}",
     "of everything that {t}, {a}", "has to {b} - {n}", "something that {t}, namely {a}"),
    ("{n}, must {b}", "{n}, should {b}", "{n} - it should {b}", "{n} (must {b})", "{n}; it {t}",
     "{n}, {t}", "{n}: {t}", "{n} (it {t})", "{n} {w}", "{n}, {w}", "{n}, preferably that {t}"),
    ("{a} that {t}", "the {n} that {t}", "any {n} that {t}", "{a}, which {t}", "{a} that must {b}",
     "any {n}, provided that it {t}", "{a}, as long as it {t}", "{a}, but it must {b}"),
)  # fmt: skip
"""kinds of queries: n noun, a with article, r request, t what it does, b what it must, w with"""
MANY_FRAMES: tuple[tuple[str, ...], ...] = (
    RELATIVES,
    ("{r} that {t}", "{r} that {t}", "{r} which {t}", "{r} {w}", "{r} that should {b}",
     "{r}; they {t}", "{r}, they have to {b}", "{r}, and they must {b}", "{r} which must {b}"),
    ("which {n} {t}?", "which {n} {t}", "what {n} {t}?", "are there {n} that {t}?",
     "are there any {n} that {t}?", "do any {n} {d}?", "do you know {n} that {t}?",
     "are {n} known that {t}?", "can you name {n} that {t}?", "has anyone found {n} that {t}?",
     "which of the {n} {t}?", "which {n} do you have that {t}?", "do we have {n} {w}?",
     "are there {n} {w}?", "where can I find {n} that {t}?", "any {n} out there that {t}?"),
    ("must {b}: {n}", "should {b}; {n}", "they must {b}, {n}", "{w}, {n}", "{w}: {n}", "{w} - {n}",
     "of all that {t}, the {n}", "have to {b} - {n}", "among those that {t}, only {n}"),
    ("{n}, must {b}", "{n}, should {b}", "{n} - they should {b}", "{n} (must {b})", "{n}; they {t}",
     "{n}, have to {b}", "{n} (those that {t})", "{n} {w}", "{n}, {w}", "{n}, only ones that {t}"),
    ("the {n} that {t}", "only {n} that {t}", "{n}, which {t}", "{n} that must {b}",
     "{n}, provided that they {t}", "{n}, as long as they {t}", "{n}, but they must {b}"),
)  # fmt: skip
"""the same in the plural"""
KNOWN_FRAMES: tuple[tuple[str, ...], ...] = (
    RELATIVES,
    ("{n} {w}", "{n}, {w}", "{n}, must {b}", "{n}, should {b}", "{n} (must {b})", "{n}; it {t}",
     "{n}, {t}", "{n}: {t}", "{n} - it should {b}", "{n}, but it has to {b}", "{n} (it {t})"),
    ("which form of {n} {t}?", "which phase of {n} {t}?", "is there {n} that {t}?",
     "which {n} {t}?", "what form of {n} {t}?", "does any {n} {d}?", "is there {n} {w}?",
     "do you know a phase of {n} that {t}?", "is a form of {n} known that {t}?"),
    ("the phase of {n} that {t}", "the form of {n} that {t}", "a phase of {n} that {t}",
     "a polymorph of {n} that {t}", "the polymorph of {n} {w}", "find the {n} that {t}",
     "show me the form of {n} that {t}", "I need {n} that {t}", "{w}: {n}", "must {b}: {n}"),
)  # fmt: skip
"""around what names its elements"""
NEEDS = (
    "it {t}", "it should {b}", "it must {b}", "it has to {b}", "it needs to {b}", "it ought to {b}",
    "I want it to {b}", "it should also {b}", "important: it must {b}", "preferably it should {b}",
)  # fmt: skip
"""what a second sentence asks for"""
AMOUNTS = ("its {q} should be {x}", "its {q} is {x}", "its {q} must be {x}", "the {q} is {x}")
ANDS = (" and ", " and ", " and ", " and ", ", and ", " and also ", " but also ", ", ", " but ")
LISTS = (", ", ", ", ", ", ", ", ", ", "; ", "; ", " / ", " + ", " | ", " & ")
NOTES = ("keywords: {}", "criteria: {}", "search: {}", "wanted: {}", "filter: {}", "query: {}")
QUALIFIED = ("{}, {}", "{}: {}", "{}, {}", "{}: {}", "{} - {}", "{} ({})", "{}; {}", "{} | {}")
HEADED = ("{t}, {n}", "{t}: {n}", "{t} - {n}", "{t}; {n}", "{t} / {n}", "{t} | {n}")
ENDS = (", please", " please", " wanted", "?", ", any suggestions?", " needed", "!", "...")
ASKING = ("what is {}", "find {}", "{}?", "show me {}", "search for {}")
ASKING_USE = (
    "crystal for {}", "{} material", "find material for {}", "something for {}", "{}?",
    "what is used for {}?", "what can be used for {}?",
)  # fmt: skip
"""around a use"""
NOUN_FRAMES = (
    "a crystal structure of {a}", "the structure of {a}", "this is {a}", "class: {n}", "type: {n}",
    "category: {n}", "category {n}", "an example of {a}", "crystal structure of {a}", "{a}", "{a}",
    "this crystal is {a}", "kind of material: {n}", "classified as {a}", "This is {a}.",
    "it is {a}", "a solid that is {a}", "the crystal structure of some {n}", "class {n}",
    "label: {n}", "a material classified as {a}", "the unit cell of {a}", "{n}?", "is it {a}?",
    "material of the class: {n}", "I would call it {a}", "it counts as {a}", "what is this? {a}",
)  # fmt: skip
"""what stands around a noun, bare (n) or with its article (a)"""
PLURAL_FRAMES = (
    "{}", "{}", "one of the {}", "belongs to the {}", "from the class of {}", "category of {}",
    "among the {}", "material belonging to the {}", "it belongs to the class of {}", "group: {}",
    "crystal from the family of {}",
)  # fmt: skip
SINGULAR_CLAUSES = (
    "a material that {}", "a solid that {}", "one that {}", "a crystal which {}", "this one {}",
    "a compound that {}", "something that {}", "a crystal structure that {}", "a phase that {}",
    "the kind of crystal that {}", "any material that {}", "which crystal {}?", "what {}?",
    "the structure of a material that {}", "a crystal, and it {}", "it {}", "a substance that {}",
    "This crystal structure {}.", "The solid {}.", "This is a material that {}.",
)  # fmt: skip
PLURAL_CLAUSES = (
    "crystals that {}", "crystals which {}", "materials that {}", "solids which {}",
    "which materials {}?", "those that {}", "substances which {}", "structures that {}",
)  # fmt: skip
QUALITIES = (
    "{} material", "{} crystal", "{a} material", "{a} crystal", "{} solid", "{a} compound",
    "{} compounds", "{} materials", "the structure of {a} material",
    "{} crystals", "class: {} material", "category: {} material", "an example of {a} solid",
)  # fmt: skip
