
// Posts what its address says to the window at the top: from another origin, and from another window, than the page's.
{
  const { message, times } = JSON.parse(decodeURIComponent(location.hash.slice(1)));
  for (let i = 0; i < times; i += 1) window.top.postMessage(message, "*");
}
