// Choices of this browser that the server draws the page by, so that nothing jumps.
const YEAR_S = 31_536_000;

export function remember(name, value) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_S}; samesite=lax${secure}`;
}
