package dev.freshet.examples.faults;

import java.io.IOException;

/** A signal that stops a process without its knowledge, or lets it go on. It needs a shell only, which has its own kill. */
enum Signal {
    STOP,
    CONT;

    void to(Process process) throws IOException, InterruptedException {
        String[] kill = {"sh", "-c", "kill -" + name() + " \"$1\"", "sh", Long.toString(process.pid())};
        int code = new ProcessBuilder(kill).inheritIO().start().waitFor();
        if (code != 0) {
            throw new IOException(String.join(" ", kill) + ": " + code + " (expected: 0)");
        }
    }
}
