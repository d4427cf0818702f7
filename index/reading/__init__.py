"""Readers of plain English, one for each kind of fact; the face is `index.query`."""
