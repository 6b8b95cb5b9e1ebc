// Whoever started this server holds its standard input: it ends with them, whatever happens to them.
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
