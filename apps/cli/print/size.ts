const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `1.2 MiB`. */
export const sizeText = (bytes: number): string => {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const count = bytes / 1024 ** power;
  return `${power === 0 ? count : count.toFixed(1)} ${UNITS[power]}`;
};
