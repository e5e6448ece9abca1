package dev.freshet.examples.faults;

/**
 * The data of an event: its topic, its number in the topic, and a text that these two determine, so that a change of any
 * character is seen. The text has characters of one to four bytes of UTF-8, and often several lines.
 *
 * @param topic without spaces
 * @param number from 0
 */
public record NumberedEvent(String topic, int number) {
    /** What the names of the topics begin with whose events are of about ten kilobytes. */
    static final String LARGE = "large-";

    private static final String[] FILLERS = {
        "The quick brown fox jumps over the lazy dog. ",
        "größer ",
        "\u20ac\u2013",
        "\uD83D\uDE00",
        " \n",
        ": id: data: ",
        "\n\n"
    };

    /** Returns the data. */
    public String data() {
        StringBuilder text = new StringBuilder().append(topic).append(' ').append(number);
        int hash = topic.hashCode() * 31 + number;
        int most = topic.startsWith(LARGE) ? 1_600 : 12;
        for (int left = 1 + Math.floorMod(hash * 0x9E3779B9, most); left > 0; left--) {
            hash = hash * 0x9E3779B9 + 0x7F4A7C15;
            text.append(' ').append(FILLERS[(hash >>> 8) % FILLERS.length]).append(hash & 0xFF);
        }
        return text.toString();
    }

    /** Returns the event that has the data. Fails with an {@link IllegalArgumentException} if the data is none's. */
    static NumberedEvent of(String data) {
        String[] parts = data.split(" ", 3);
        if (parts.length == 3 && parts[1].matches("[0-9]{1,9}")) {
            NumberedEvent event = new NumberedEvent(parts[0], Integer.parseInt(parts[1]));
            if (event.data().equals(data)) {
                return event;
            }
        }
        throw new IllegalArgumentException("data: \"" + data + "\" (expected: that of a numbered event)");
    }
}
