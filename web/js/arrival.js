// Says before the first picture of the page to sign up whether its address brings an
// invitation, or brought one before: pictures without the program are of it, too.
"use strict";

(() => {
  const token = location.hash.slice(1) || history.state?.token || "";
  if (token) document.documentElement.dataset.invitation = token.startsWith("staff.") ? "staff" : "client";
})();
