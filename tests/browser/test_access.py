"""The explorer for everybody: axe finds nothing, nothing is cut off or colour alone, keys are enough."""

import pytest

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing")

ARTICLE = "a=cws/20240423-1805-aldhove-karovec-talks.txt&r=2"
# Labels of the chart that are over each other or outside, and words that their box cuts off.
FAULTS = """() => {
  const faults = [], box = x => x.getBoundingClientRect(), svg = document.querySelector('#chart svg');
  const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3;
  const labels = svg ? [...svg.querySelectorAll('text')] : [];
  labels.forEach((t, i) => {
    const b = box(t), s = box(svg);
    const outside = b.left < s.left - 1 || b.right > s.right + 1 || b.bottom > s.bottom + 1;
    if (outside) faults.push('outside: ' + t.textContent);
    for (const u of labels.slice(i + 1).filter(u => over(b, box(u))))
      faults.push(t.textContent + ' over ' + u.textContent);
  });
  for (const x of document.querySelectorAll('button, input, h1, h2, h3, summary, #sum, label'))
    if (x.offsetParent && x.clientWidth && x.scrollWidth > x.clientWidth + 2) faults.push('cut: ' + x.id);
  return faults; }"""
STATES = {
    "all": "",
    "searches": f'q=duty*, Koresic, "grain duty"&{ARTICLE}',
    "narrowed": "q=minist*&o=cws&n=Karovec&v=quote&u=week&m=count",
    "event days": "q=talks&c=event",
    "outlets": "q=talks&l=outlet",
    "undated": "p=undated",
    "compared": "o=harbour&A=o%3Dcws",
    "compared with the rest": "A=o%3Dcws",
    "compared words": "q=Koresic&A=q%3DAldhove",
    "nothing": "q=koresik",
    "no such article": "a=nowhere",
}


def ask(page, fragment):
    page.evaluate("text => { location.hash = text; S = readAddress(); draw(); }", fragment)


@pytest.mark.parametrize("width", [320, 1300])
def test_axe_finds_no_violation(sample, visit, width):
    page = visit(sample / "explorer.html", width=width)
    for name in ("searches", "narrowed", "event days", "compared") if width > 1000 else ("searches",):
        ask(page, STATES[name])
        page.eval_on_selector_all("details", "all => all.forEach(d => { d.open = true; })")
        found = axe.Axe().run(
            page,
            options={
                "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
                "resultTypes": ["violations"],
            },
        )
        violations = found.response["violations"]
        assert not [
            (v["id"], node["html"], node["failureSummary"]) for v in violations for node in v["nodes"]
        ]
        assert page.query_selector("#map svg") and page.query_selector("#chart svg, #chart p")


@pytest.mark.parametrize("width", [320, 800, 1280])
def test_nothing_is_cut_off_or_over_another(sample, visit, width):
    page = visit(sample / "explorer.html", width=width)
    for name, fragment in STATES.items():
        ask(page, fragment)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        faults = page.evaluate(FAULTS)
        assert not faults, (name, faults)


def test_marks_differ_in_more_than_colour(sample, visit):
    page = visit(sample / "explorer.html", "#q=Koresic, talks, minist*, summer, phone*&" + ARTICLE)
    styles = page.eval_on_selector_all("#article mark, #list mark", STYLES)
    by_search = dict(styles)
    assert len(by_search) >= 3 and len(set(by_search.values())) == len(by_search)
    speakers = page.eval_on_selector_all(
        "#article [data-who]", "all => all.map(x => getComputedStyle(x, '::after').content)"
    )
    assert speakers and all(text.startswith('" ["') or "[" in text for text in speakers)
    for layer, mark in (("quotations", "[data-who]"), ("names", ".name"), ("days", ".day")):
        before = page.eval_on_selector_all(f"#article .text {mark}", MARKS)
        page.click(f"#article label:has-text('{layer}')")
        assert page.eval_on_selector_all(f"#article .text {mark}", MARKS) != before


STYLES = r"all => all.map(m => [m.className.match(/s\d/)[0], getComputedStyle(m).borderBottomStyle])"
MARKS = """all => all.map(x => { const s = getComputedStyle(x);
  return [s.borderBottomStyle, s.borderBottomColor, getComputedStyle(x, '::after').content].join(); })"""


def test_a_period_is_chosen_with_keys_alone(sample, visit):
    page = visit(sample / "explorer.html")
    page.focus("#from")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.input_value("#from") == "2024-06" and "p=2024-06-01..2025-06-31" in page.url
    page.focus("#chart summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "p=2024-04-01..2024-04-30" in page.url
    page.go_back()
    assert "p=2024-06-01..2025-06-31" in page.url
    page.keyboard.press("Escape")
    assert page.inner_text("#sum") == "66 articles."
