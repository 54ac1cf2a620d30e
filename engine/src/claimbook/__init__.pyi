# What a notebook needs: editors and type checkers read this file, and `__init__.py` imports a name when it is used.
from .evidence import concentration as concentration
from .evidence import measures as measures
from .evidence import quantity as quantity
from .evidence.concentration import theil as theil
from .evidence.evidence import NothingPublished as NothingPublished  # of what a claim asks for, on some day
from .evidence.evidence import if_published as if_published
from .evidence.intervals import Interval as Interval  # the range that a printed number stands for
from .evidence.intervals import printed_interval as printed_interval
from .evidence.measures import FRACTION as FRACTION
from .evidence.measures import short_dates as short_dates
from .evidence.quantity import chosen_among as chosen_among  # with the numbers that it was chosen among
from .evidence.quantity import in_year as in_year
from .evidence.quantity import of as of  # a function of such numbers
from .evidence.quantity import of_tables as of_tables
from .evidence.quantity import provenance as provenance
from .evidence.quantity import published as published  # a row or a measure as a number that knows what it is made of
from .evidence.quantity import ratio as ratio
from .evidence.quantity import total as total
from .notebook import tables as tables
from .notebook.prose import borrowed as borrowed  # their values by key
from .notebook.section import Section as Section  # judges claims, records numbers, shows boxes
from .notebook.tables import EVIDENCE_PAGE as EVIDENCE_PAGE
from .project.outputs import section_records as section_records  # records of the sections that have run
from .project.parameters import check_parameters as check_parameters  # of the first cell
from .rule.causes import directions as directions  # authors of estimates by what they find
from .rule.causes import sound as sound  # the estimates of an outcome that count
from .rule.comparisons import judge_criterion as judge_criterion
from .rule.verdicts import band as band  # where a number counts as right, and as close
from .say.verdict_table import answer_of as answer_of
from .say.words import BOUND_WORDS as BOUND_WORDS
from .say.words import number_in_words as number_in_words
from .say.words import parse as parse
from .say.words import source_anchor as source_anchor

__all__: list[str]
