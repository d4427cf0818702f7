"""How each file format becomes records; `clac.data.readers` is the face."""
