"""The offers of a purchase: who may see them, what each says and costs, and how they compare."""
