package dev.freshet.log;

/** A reader of a script's logs, as one thread while the writer writes and another after that. */
final class ScriptReader {
    private final Script script;
    private final Cursor cursor;
    private String early = "";

    ScriptReader(Script script, Cursor cursor) {
        this.script = script;
        this.cursor = cursor;
    }

    /** Reads on, while the writer writes. */
    void readEarly() {
        early = script.read(cursor);
    }

    /** Reads the rest. Returns what was read early, a slash, and the rest. */
    String readRest() {
        return early + "/" + script.read(cursor);
    }
}
