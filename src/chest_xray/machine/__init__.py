"""The computer: cores, memory, device, threads, subprocesses, files written as a whole."""
