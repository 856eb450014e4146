@rem npm start says exec, so that Ctrl-C reaches Node itself and not a shell in between. cmd.exe has no such command.
@%*
