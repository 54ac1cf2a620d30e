"""Every page of the book in a browser."""


def test_no_page_is_wider_than_a_telephone(open_tab, phone, page_names):
    wide = []
    with open_tab(phone) as tab:
        for name in page_names:
            page = tab.go(name)
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > phone[0]:
                wide.append(f"{name} is {width} px wide on a telephone of {phone[0]} px")
    assert not wide, "\n".join(wide)
