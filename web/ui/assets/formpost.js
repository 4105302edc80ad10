// Sends the form of the page by itself. Without scripts there is its button.
document.getElementById("answer").submit();
