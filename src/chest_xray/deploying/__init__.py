"""Deploying: export, quantization, latency, and the predictor that needs no torch."""
