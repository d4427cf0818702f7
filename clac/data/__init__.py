"""Crystals as data: read, checked, analysed, turned into graphs and captions."""
