"""Contract tests run on moto."""

from tests.quick_moto import moto_is_quick as moto_is_quick
