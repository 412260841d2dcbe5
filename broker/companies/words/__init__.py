"""The words of companies' names: what somebody means who makes a slip in one is looked up among them."""
