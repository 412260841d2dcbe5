"""People at providers: whom we talk to, and on which ground their details are kept."""
