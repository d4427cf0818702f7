"""What the engine must hold, measured: `python -m benchmarks.engine`."""
