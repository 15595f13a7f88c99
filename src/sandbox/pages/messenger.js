
// Posts the message in its fragment to the top window, as another origin and another window.
{
  const { message, times } = JSON.parse(decodeURIComponent(location.hash.slice(1)));
  for (let i = 0; i < times; i += 1) window.top.postMessage(message, "*");
}
