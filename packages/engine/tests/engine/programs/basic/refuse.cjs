console.error("refused before the program");
process.exit(1);
