/** Words in lines of at most so many characters; a word that is longer than a line is cut. */
export const wrap = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((long) => pieces(long, width))) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
};

const pieces = (word: string, width: number): readonly string[] => word.match(new RegExp(`.{1,${Math.max(1, width)}}`, 'gu')) ?? [];
