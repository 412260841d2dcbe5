"""The project's budget: costs by beneficiary and month, financing, liquidity, what if, and its workbook."""
