"""Figures and findings, one function each; nothing here learns or measures."""
