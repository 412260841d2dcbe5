"""How large a file may be: every limit keeps one upload under 400 MB of memory and 20 seconds of work."""

MEGABYTE = 1024 * 1024

# An ordinary list, as it is uploaded. A list of all companies in a large region is about 15 MB.
LIST_BYTES = 25 * MEGABYTE
# The same file unpacked. A small XLSX can be made to unpack to gigabytes, so the bytes are counted.
UNPACKED_BYTES = 60 * MEGABYTE
# The shared texts and the other parts are held in memory at several times their size, unlike the rows.
SHARED_TEXT_BYTES = 24 * MEGABYTE
OTHER_PART_BYTES = 4 * MEGABYTE
# What reading costs follows the elements, not the bytes: a cell is two or three, and takes five microseconds.
SHEET_ELEMENTS = 3_500_000
SHARED_TEXT_ELEMENTS = 1_200_000
OTHER_PART_ELEMENTS = 150_000
# One row is held in memory whole. The widest row that Excel can write has 16,384 cells.
SHEET_ROW_PARTS = 150_000
# One cell holds at most 32,767 characters, and few of them need more than three bytes.
LARGEST_TEXT_BYTES = 200_000
# One line of a text list, so that a file without line ends is not taken for one row of millions of cells.
LIST_LINE = MEGABYTE
# Each file in a ZIP costs memory before anything is read. A workbook of 100 sheets has about 250.
ZIP_MEMBERS = 500
ZIP_DIRECTORY_BYTES = ZIP_MEMBERS * 1024
# No list made by people is wider, and every row is padded to its widest cell.
LIST_COLUMNS = 200
# The rows that are compared with each other for repeated companies are held in memory.
LIST_ROWS = 200_000
# Where Excel's own numbering ends; a larger row number in a file is forged.
SHEET_ROWS = 1_048_576
# Title rows above the headings; the search must end even when there are no headings.
HEADING_SEARCH_ROWS = 40
HEADING_LAST_ROW = 1_000
# Texts in one cell. Names and addresses are short; a note may be a page or three.
SHORT_TEXT = 500
NOTE_TEXT = 10_000
# The national files are a gigabyte unpacked and grow by a few per cent a year.
REGISTER_BYTES = 4 * 1024 * MEGABYTE
# The longest description in the register is some ten thousand characters; this is another kind of file.
REGISTER_LINE_BYTES = MEGABYTE
