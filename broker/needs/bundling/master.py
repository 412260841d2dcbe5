"""The set-packing programs over known groups, solved by HiGHS: the relaxation, which gives prices, and whole groups.

Each item is in at most one group; a company that is split pays for each group beyond its first. Everything here is
bounded by counts, and one thread works, so that equal data gives an equal answer.
"""

from collections.abc import Iterable, Sequence

import highspy
import numpy as np
import numpy.typing as npt
from highspy._core import _Highs

from broker.needs.bundling.prices import Points, Prices
from broker.needs.bundling.problem import Group, Problem

Indices = npt.NDArray[np.int32]

_INTERIOR: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 1,
    # Prices from the middle of the optimal face lead to far fewer rounds than those of a corner.
    "solver": "ipm",
    "run_crossover": "off",
    "presolve": "off",
}
# Few groups are left to choose among and a good choice is known, so what is meant for large programs only costs time.
_WHOLE: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 1,
    "mip_detect_symmetry": False,
    "mip_allow_restart": False,
    "mip_heuristic_effort": 0.0,
}


class Master:
    """The relaxation of a problem over the groups found so far."""

    def __init__(self, problem: Problem, tolerance: float) -> None:
        self._problem = problem
        self._solver = _solver({**_INTERIOR, "ipm_optimality_tolerance": tolerance})
        self._solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
        rows = problem.item_count + problem.fee_count
        nothing = np.zeros(0)
        none = np.zeros(0, np.int32)
        starts = np.zeros(rows, np.int32)
        self._solver.addRows(rows, np.full(rows, -highspy.kHighsInf), np.ones(rows), 0, starts, none, nothing)
        if problem.fee_count:
            self._add(*_split_columns(problem))

    def add(self, groups: Sequence[Group]) -> None:
        """Let more groups be chosen."""
        if groups:
            indices, starts = _rows_of(self._problem, groups)
            self._add(_net(self._problem, groups), indices, starts, np.ones(len(indices)))

    def solve(self) -> tuple[float, Prices]:
        """Give the value of the relaxation, and the prices that go with it."""
        self._solver.run()
        prices = np.array(self._solver.getSolution().row_dual)
        count = self._problem.item_count
        companies = np.clip(prices[count:], 0.0, float(self._problem.limits.split))
        value = self._solver.getInfo().objective_function_value
        return value, Prices(np.maximum(prices[:count], 0.0), companies)

    def shares(self) -> Points:
        """Give how much of each group, in the order in which they were added, the relaxation chose last."""
        return np.array(self._solver.getSolution().col_value)[self._problem.fee_count :]

    def _add(self, points: Points, indices: Indices, starts: Indices, entries: Points) -> None:
        count = len(points)
        most = np.full(count, highspy.kHighsInf)
        self._solver.addCols(
            count, points, np.zeros(count), most, len(indices), starts[:-1].astype(np.int32), indices, entries
        )


def pack(
    problem: Problem, groups: Sequence[Group], start: Sequence[Group], *, nodes: int, gap: float
) -> tuple[list[Group], float]:
    """Choose groups worth most together, and give them with a bound on what any choice of these groups is worth.

    The search begins with the groups of `start`, which are among them, and ends after so many nodes or within the gap.
    """
    solver = _solver({**_WHOLE, "mip_max_nodes": nodes, "mip_rel_gap": gap, "mip_abs_gap": 0.999})
    solver.passModel(_program(problem, groups))
    solver.setSolution(_as_solution(problem, groups, start))
    solver.run()
    information = solver.getInfo()
    if information.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return list(start), information.mip_dual_bound
    chosen = np.flatnonzero(np.array(solver.getSolution().col_value)[: len(groups)] > 0.5)
    return [groups[place] for place in chosen.tolist()], information.mip_dual_bound


def _program(problem: Problem, groups: Sequence[Group]) -> highspy.HighsLp:
    indices, starts = _rows_of(problem, groups)
    points, split_indices, split_starts, split_entries = _split_columns(problem)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(groups) + len(points), problem.item_count + problem.fee_count
    program.sense_ = highspy.ObjSense.kMaximize
    program.col_cost_ = np.concatenate([_net(problem, groups), points])
    program.col_lower_ = np.zeros(program.num_col_)
    program.col_upper_ = np.concatenate([np.ones(len(groups)), np.full(len(points), highspy.kHighsInf)])
    program.row_lower_ = np.full(program.num_row_, -highspy.kHighsInf)
    program.row_upper_ = np.ones(program.num_row_)
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = np.concatenate([starts, split_starts[1:] + len(indices)])
    program.a_matrix_.index_ = np.concatenate([indices, split_indices])
    program.a_matrix_.value_ = np.concatenate([np.ones(len(indices)), split_entries])
    whole, free = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    program.integrality_ = [whole] * len(groups) + [free] * len(points)
    return program


def _as_solution(problem: Problem, groups: Sequence[Group], start: Iterable[Group]) -> highspy.HighsSolution:
    place_of = {group.members: place for place, group in enumerate(groups)}
    values = np.zeros(len(groups) + problem.fee_count)
    counts = np.zeros(problem.fee_count)
    for group in start:
        values[place_of[group.members]] = 1.0
        for row in {int(problem.fee_row[item]) for item in group.members} - {-1}:
            counts[row] += 1
    values[len(groups) :] = np.maximum(counts - 1, 0)
    solution = highspy.HighsSolution()
    solution.col_value = values.tolist()
    return solution


def _rows_of(problem: Problem, groups: Sequence[Group]) -> tuple[Indices, Indices]:
    indices: list[int] = []
    starts = [0]
    fee_row, first = problem.fee_row.tolist(), problem.item_count
    for group in groups:
        indices += group.members
        indices += sorted({first + fee_row[item] for item in group.members if fee_row[item] >= 0})
        starts.append(len(indices))
    return np.array(indices, np.int32), np.array(starts, np.int32)


def _net(problem: Problem, groups: Sequence[Group]) -> Points:
    """Give what groups are worth after what they cost companies that have a group elsewhere."""
    return np.array([float(group.points - problem.outside_cost(group.members)) for group in groups])


def _split_columns(problem: Problem) -> tuple[Points, Indices, Indices, Points]:
    count = problem.fee_count
    rows = np.arange(problem.item_count, problem.item_count + count, dtype=np.int32)
    return (
        np.full(count, -float(problem.limits.split)),
        rows,
        np.arange(count + 1, dtype=np.int32),
        np.full(count, -1.0),
    )


def _solver(options: dict[str, bool | int | float | str]) -> _Highs:
    # The class for people, which wraps this one, prints a banner when it is made.
    solver = _Highs()
    for name, value in options.items():
        solver.setOptionValue(name, value)
    return solver
