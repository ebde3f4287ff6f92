#!/usr/bin/env python3
"""Writes the C tables that are compiled in: make-tables.py regions|workdays|initials INPUT OUTPUT.h"""
import csv
import sys


def quote(text):
    return '"%s"' % text if text else 'NULL'


def regions(rows):
    yield 'static const YqRegion regions[] = {'
    for row in sorted(rows, key=lambda row: (row['code'], row['level'])):
        yield '  { "%s", %s, "%s", %s, %d, %d },' % (
            row['code'], row['level'], row['name'], quote(row['parent']),
            row['status'] == 'withdrawn', row['status'].startswith('development-zone'))
    yield '};'


def workdays(rows):
    yield 'static const Exception exceptions[] = {'
    for row in sorted(rows, key=lambda row: row['date']):
        yield '  { %s, %s },' % (row['date'].replace('-', ''), row['workday'])
    yield '};'


def initials(lines):
    letters = ''.join(line.strip() for line in lines)
    yield '#define HAN_FIRST 0x4e00'
    yield 'static const char han_initials[] ='
    for i in range(0, len(letters), 96):
        yield '  "%s"' % letters[i:i + 96]
    yield '  ;'
    yield 'static const guint16 han_codes[] = {'
    for c in range(0x4e00, 0x4e00 + len(letters)):
        code = chr(c).encode('gb18030')
        yield '  %d,' % (int.from_bytes(code, 'big') if len(code) == 2 else 0)
    yield '};'


with open(sys.argv[2], encoding='utf-8') as source, open(sys.argv[3], 'w', encoding='utf-8') as out:
    if sys.argv[1] == 'initials':
        lines = initials(source)
    else:
        lines = {'regions': regions, 'workdays': workdays}[sys.argv[1]](csv.DictReader(source))
    out.write('/* Made by make-tables.py from %s */\n' % sys.argv[1])
    out.writelines(line + '\n' for line in lines)
