"""Chest X-ray: from a folder of radiographs to a measured pneumonia classifier."""

__version__ = "0.1.0"
