"""Small integer programs, solved by HiGHS: what may be chosen, what must hold, and the best choice.

Everything is bounded by counts, and one thread works, so that equal data gives an equal answer.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from highspy._core import _Highs

_OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 1,
    "mip_rel_gap": 0.0,
    # Everything that is counted here is whole, so that a choice within less than one of the bound is the best.
    "mip_abs_gap": 0.999,
}


@dataclass(frozen=True)
class Choice:
    """The value of every column, and a bound that no choice goes beyond."""

    values: tuple[float, ...]
    bound: float

    def holds(self, column: int) -> bool:
        """Tell whether a column was chosen."""
        return self.values[column] > 0.5


class Program:
    """Columns between nothing and a limit, some of them whole, and rows that must hold."""

    def __init__(self) -> None:
        self._limits: list[float] = []
        self._is_whole: list[bool] = []
        self._rows: list[tuple[Sequence[tuple[int, float]], float, float]] = []

    def choice(self) -> int:
        """Add a column that is chosen or not, and give its place."""
        return self._add(1.0, is_whole=True)

    def amount(self, most: float) -> int:
        """Add a column of any amount up to a limit, and give its place."""
        return self._add(most, is_whole=False)

    def demand(
        self, terms: Iterable[tuple[int, float]], *, least: float | None = None, most: float | None = None
    ) -> None:
        """Demand that a sum of columns, each times a factor, is neither below the least nor above the most."""
        infinite = highspy.kHighsInf
        bounds = -infinite if least is None else least, infinite if most is None else most
        self._rows.append((list(terms), *bounds))

    def best(self, points: Mapping[int, float], *, start: Collection[int], nodes: int) -> Choice | None:
        """Choose what gives most points, after so many nodes at most; None when no choice was found.

        The search begins with the whole columns of `start` as chosen and the other ones not, if that is a choice.
        """
        solver = _Highs()
        for name, value in {**_OPTIONS, "mip_max_nodes": nodes}.items():
            solver.setOptionValue(name, value)
        solver.passModel(self._model(points))
        if start:
            whole = np.flatnonzero(self._is_whole).astype(np.int32)
            solver.setSolution(len(whole), whole, np.isin(whole, list(start)).astype(float))
        solver.run()
        information = solver.getInfo()
        if information.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        return Choice(tuple(solver.getSolution().col_value), information.mip_dual_bound)

    def _add(self, most: float, *, is_whole: bool) -> int:
        self._limits.append(most)
        self._is_whole.append(is_whole)
        return len(self._limits) - 1

    def _model(self, points: Mapping[int, float]) -> highspy.HighsLp:
        model = highspy.HighsLp()
        count = len(self._limits)
        model.num_col_, model.num_row_ = count, len(self._rows)
        model.sense_ = highspy.ObjSense.kMaximize
        model.col_cost_ = np.array([points.get(column, 0.0) for column in range(count)])
        model.col_lower_, model.col_upper_ = np.zeros(count), np.array(self._limits)
        model.row_lower_ = np.array([least for _terms, least, _most in self._rows])
        model.row_upper_ = np.array([most for _terms, _least, most in self._rows])
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *(len(terms) for terms, _least, _most in self._rows)])
        model.a_matrix_.index_ = np.array([column for terms, *_ in self._rows for column, _factor in terms], np.int32)
        model.a_matrix_.value_ = np.array([factor for terms, *_ in self._rows for _column, factor in terms])
        kinds = highspy.HighsVarType
        model.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in self._is_whole]
        return model
