// The hidden code stands behind # in the address of its QR code: put it in the form, and take it
// out of the address, so that it is not kept in the history.
const field = document.getElementById("code");
const code = location.hash.slice(1);
if (field && code) {
  field.value = code;
  history.replaceState(null, "", location.pathname + location.search);
}
