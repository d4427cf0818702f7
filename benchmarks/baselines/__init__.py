"""What the model is measured against: the stupid, the old and the obvious ways to do the same.

Text -> structure: `formula`, `bm25`, `dense_text`, `descriptor_mlp`, `seed_recipe`. Structure ->
structure: `composition`, `amd`. `benchmarks.baseline_run` runs them all beside the model.
"""
