"""The benchmarks: what people wait for, beside the bare database doing the same work in the same run."""
