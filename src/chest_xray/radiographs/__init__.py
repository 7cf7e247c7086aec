"""Radiographs as files: finding, reading, describing and splitting them; the one preprocessing."""
