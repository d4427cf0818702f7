"""The caption grammar, part by part; `clac.data.captions` is the face."""
