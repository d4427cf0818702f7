/** Elements: how they are drawn, and which atoms are bonded. */

const TABLE = `
H:ffcccc:31 He:fce8ce:28 Li:86df73:128 Be:5ed77b:96 B:1fa20f:84 C:4c4c4c:76 N:b0b9e6:71
O:fe0300:66 F:b0b9e6:57 Ne:fe37b5:58 Na:f9dc3c:166 Mg:fb7b15:141 Al:81b2d6:121
Si:1b3bfa:111 P:c09cc2:107 S:fffa00:105 Cl:31fc02:102 Ar:cffec4:106 K:a121f6:203
Ca:5a96bd:176 Sc:b563ab:170 Ti:78caff:160 V:e51900:153 Cr:00009e:139 Mn:a7089d:139
Fe:b57100:132 Co:0000af:126 Ni:b7bbbd:124 Cu:2247dc:132 Zn:8f8f81:122 Ga:9ee373:122
Ge:7e6ea6:120 As:74d057:119 Se:9aef0f:120 Br:7e3102:120 Kr:fac1f3:116 Rb:702eb0:220
Sr:00ff00:195 Y:94ffff:190 Zr:00ff00:175 Nb:73c2c9:164 Mo:54b5b5:154 Tc:3b9e9e:147
Ru:248f8f:146 Rh:0a7d8c:142 Pd:006985:139 Ag:c0c0c0:145 Cd:ffd98f:144 In:a67573:142
Sn:9a8eb9:139 Sb:9e63b5:139 Te:d47a00:138 I:940094:139 Xe:429eb0:140 Cs:57178f:244
Ba:00c900:215 La:5ac449:207 Ce:ffffc7:204 Pr:d9ffc7:203 Nd:c7ffc7:201 Pm:a3ffc7:199
Sm:8fffc7:198 Eu:61ffc7:198 Gd:45ffc7:196 Tb:30ffc7:194 Dy:1fffc7:192 Ho:00ff9c:192
Er:00e675:189 Tm:00d452:190 Yb:00bf38:187 Lu:00ab24:187 Hf:4dc2ff:175 Ta:4da6ff:170
W:2194d6:162 Re:267dab:151 Os:266696:144 Ir:175487:141 Pt:d0d0e0:136 Au:ffd123:136
Hg:b8b8d0:132 Tl:a6544d:145 Pb:575961:146 Bi:9e4fb5:148 Po:ab5c00:140 At:754f45:150
Rn:428296:150 Fr:420066:260 Ra:007d00:221 Ac:70abfa:215 Th:00baff:206 Pa:00a1ff:200
U:008fff:196 Np:0080ff:190 Pu:006bff:187 Am:545cf2:180 Cm:785ce3:169`.trim().split(/\s+/).map((entry) => entry.split(":"));
/** symbol, colour (as VESTA has them), covalent radius in pm (Cordero et al. 2008,
 * 10.1039/b801115j) */

const DRAWN = new Map(TABLE.map(([symbol, colour, pm]) => [
  symbol, { colour: `#${colour}`, radius: Number(pm) / 100 },
]));
const OTHER = { colour: "#c8659b", radius: 1.6 };
const NONMETALS = new Set(
  "H He B C N O F Ne Si P S Cl Ar Ge As Se Br Kr Te I Xe At Rn".split(" "),
);
const SLACK = 0.45;
/** Angstrom beyond the sum of the radii that still is a bond; ions are large */
const TIGHT = 0.2;
const METALLIC = 1.12;

/** Return {colour, radius} of an element; radius is covalent, in Angstrom. */
export function drawn(symbol) {
  return DRAWN.get(symbol) || OTHER;
}

/**
 * Return the bond length limit of two elements of a crystal, Angstrom; 0 where they make none. It
 * is a rule for the eye: metals are not joined where there is something else to join.
 */
export function reach(a, b, isMetal) {
  const sum = drawn(a).radius + drawn(b).radius;
  if (isMetal) return sum * METALLIC;
  const [first, second] = [NONMETALS.has(a), NONMETALS.has(b)];
  if (!first && !second) return 0;
  return sum + (first && second ? TIGHT : SLACK);
}

/** Tell whether a crystal has metals only. */
export function allMetals(symbols) {
  return symbols.every((symbol) => !NONMETALS.has(symbol));
}
