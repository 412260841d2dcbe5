"""How training is bought: routes, the states of a purchase, the law's limits and deadlines."""
