() => {  // Counts cells of tables, and finds words that break across lines, and cells narrower than three letters.
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    const word = /(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-\d\d)?(?![\d-])|[\p{L}\p{N}]+/gu;
    const everywhere = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;  // a line may end after each sign
    const found = [], range = document.createRange();
    const height = () => {  // of the places where lines of the range begin: more than 3 pixels are two lines
        const tops = [...range.getClientRects()].filter(box => box.width).map(box => box.top);
        return Math.max(...tops) - Math.min(...tops);
    };
    const cells = [...document.querySelectorAll("article :is(td, th)")].filter(cell => cell.offsetHeight);
    for (const cell of cells) {
        const style = getComputedStyle(cell);
        const room = cell.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        const says = cell.textContent.trim();
        if (says.length >= 3 && room < 1.3 * parseFloat(style.fontSize)) found.push(`narrow: ${says.slice(0, 40)}`);
        const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            range.selectNodeContents(texts.currentNode);
            if (!(height() > 3)) continue;
            for (const {0: letters, index} of texts.currentNode.data.matchAll(word)) {
                range.setStart(texts.currentNode, index);
                range.setEnd(texts.currentNode, index + letters.length);
                if (height() > 3 && !everywhere.test(letters)) found.push(letters);
            }
        }
    }
    return [cells.length, found];
}
