/*
 * Defines <queue-widget office="passport" lang="ko"> on any site's page:
 *
 *   <script src="https://queues.example/widget.js" async></script>
 *   <queue-widget office="passport" lang="ko"><a href="https://queues.example/">Waiting times</a></queue-widget>
 *
 * This file works as a classic script and as type="module" alike, so it has no import or export of its own: it finds the
 * origin it came from and loads the element from there.
 */
(() => {
  const isOurs = (script) => {
    try {
      return new URL(script.src).pathname.endsWith('/widget.js');
    } catch {
      return false;
    }
  };
  const script = document.currentScript ?? [...document.scripts].find(isOurs);
  import(new URL('static/clients/widget/element.js', script.src).href);
})();
