"""The machine: cores, memory, device, threads, subprocesses, atomic files, progress, file names."""
