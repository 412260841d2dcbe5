"""The size of a company by the rules for small and medium-sized enterprises, with the reasons in sentences."""
