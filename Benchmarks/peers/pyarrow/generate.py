"""Sales by numpy, written as CSV by pyarrow: the peer of generator-bench, on one thread.

The six columns hold what ours hold: ids that count up, products in shuffled blocks of 55, times of a Poisson process, a price a product and
third of a year. In the peer's favour: what can be done by table or in place is; hours and seasons have no shape; times have no zone (with one
pyarrow takes 20 times as long for them) and a blank for the T; prices come from a table of texts, which is faster than decimals or floats.

    generate.py [rows, 5000000]     prints million rows a second
"""

import sys
import time

import numpy
import pyarrow
from pyarrow import csv

BLOCK = 55 * 1192
FREQUENCIES = [17, 9, 6, 5, 4, 3, 3, 3, 3, 2]
LOWEST = numpy.array([499, 999, 1499, 1999, 2499, 3999, 5999, 8999, 14999, 24999])
PREFIX = b"06955b90-0cb9-8557-a920-"

pyarrow.set_cpu_count(1)
pyarrow.set_io_thread_count(1)

digits = numpy.frombuffer(b"0123456789abcdef", dtype=numpy.uint8)
pairs = numpy.ascontiguousarray(numpy.stack([digits[numpy.arange(256) >> 4], digits[numpy.arange(256) & 15]], axis=1)).view(numpy.uint16)[:, 0]
block = numpy.repeat(numpy.arange(10, dtype=numpy.int32), FREQUENCIES)
codes = pyarrow.array([f"p{number}" for number in range(1, 11)])
offsets = pyarrow.py_buffer(numpy.arange(0, 36 * (BLOCK + 1), 36, dtype=numpy.int32))
country = pyarrow.array(["US"] * BLOCK)
currency = pyarrow.array(["USD"] * BLOCK)


def ids(first, count, text):
    ordinals = numpy.arange(first, first + count, dtype=">u8").view(numpy.uint8).reshape(count, 8)
    text.view(numpy.uint16)[:, 12:18] = pairs.take(ordinals[:, 2:8])
    return pyarrow.StringArray.from_buffers(count, offsets, pyarrow.py_buffer(text))


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000
    draws = numpy.random.Generator(numpy.random.PCG64(1))
    amounts = (LOWEST[:, None] + draws.integers(0, 5, (10, 1024)) * 100).reshape(-1)
    prices = pyarrow.array([f"{amount / 100:.2f}" for amount in amounts])
    now = numpy.datetime64("2026-01-01T00:00:00", "ms").astype(numpy.int64)
    text = numpy.empty((BLOCK, 36), dtype=numpy.uint8)
    text[:, :24] = numpy.frombuffer(PREFIX, dtype=numpy.uint8)
    schema = pyarrow.schema([
        ("sale_id", pyarrow.string()), ("product_code", pyarrow.string()), ("country_of_sale", pyarrow.string()),
        ("datetime", pyarrow.timestamp("ms")), ("selling_price", pyarrow.string()), ("currency", pyarrow.string()),
    ])
    options = csv.WriteOptions(include_header=True, quoting_style="none", batch_size=BLOCK)
    started = time.perf_counter()
    with csv.CSVWriter("/dev/null", schema, write_options=options) as writer:
        for first in range(0, rows, BLOCK):
            count = min(BLOCK, rows - first)
            times = now + numpy.cumsum(draws.exponential(500, count)).astype(numpy.int64)
            now = times[-1]
            products = draws.permuted(numpy.broadcast_to(block, (BLOCK // 55, 55)), axis=1).reshape(-1)[:count]
            writer.write_batch(pyarrow.record_batch([
                ids(first, count, text[:count]),
                codes.take(pyarrow.array(products)),
                country.slice(0, count),
                pyarrow.array(times, pyarrow.timestamp("ms")),
                prices.take(pyarrow.array(products * 1024 + now // 10_512_000_000 % 1024)),
                currency.slice(0, count),
            ], schema=schema))
    print(rows / (time.perf_counter() - started) / 1e6)


if __name__ == "__main__":
    main()
