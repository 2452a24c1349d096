from tests.gallery import sheet, tasks


def test_the_page_has_a_place_for_every_prompt() -> None:
    page = sheet.draw()
    rows = -(-len(sheet.PROMPTS) // sheet.COLUMNS)
    step = sheet.SIDE + sheet.GAP
    assert page.size == (sheet.COLUMNS * step + sheet.GAP, rows * step + sheet.GAP)
    for number in range(len(sheet.PROMPTS)):
        row, column = divmod(number, sheet.COLUMNS)
        left, top = sheet.GAP + column * step, sheet.GAP + row * step
        picture = page.crop((left, top, left + sheet.SIDE, top + sheet.SIDE))
        assert len(picture.getcolors(sheet.SIDE * sheet.SIDE) or ()) > 50


def test_every_task_has_a_cell_that_shows_something() -> None:
    page = tasks.draw()
    step = (tasks.SIDE + tasks.GAP, tasks.SIDE + tasks.TITLE + tasks.GAP)
    count = len(list(tasks.cells()))
    assert page.size[0] == tasks.COLUMNS * step[0] + tasks.GAP
    for number in range(count):
        left = tasks.GAP + number % tasks.COLUMNS * step[0]
        top = tasks.GAP + number // tasks.COLUMNS * step[1] + tasks.TITLE
        cell = page.crop((left, top, left + 100, top + 100)).convert("L")
        assert len(cell.getcolors() or ()) > 1
