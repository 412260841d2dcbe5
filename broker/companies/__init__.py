"""Companies (företag): register facts shared by all, workplaces (arbetsställen), and what each organisation knows."""
