package dev.freshet.netty.redis;

import dev.freshet.netty.redis.RedisStoreException.Outcome;
import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisLoadingException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says what a failure of Lettuce's means. */
final class Failures {
    /** What refuses by the first word of Redis's answer. */
    private static final Map<String, String> REFUSALS = Map.of(
            "WRONGPASS", "the user or the password is wrong",
            "NOAUTH", "a password is needed",
            "NOPERM", "the user lacks a permission",
            "WRONGTYPE", "the key holds something else than a stream",
            "OOM", "Redis is out of memory",
            "NOREPLICAS", "too few replicas are there",
            "MISCONF", "Redis cannot write to its disk",
            "SEQUENCE", "the stream gave out its ids");

    /** What a master answers that takes no writes for now, but may be read. */
    private static final Set<String> OF_WRITES = Set.of("NOREPLICAS", "MISCONF");

    /** What refuses every script, so that a check that is done tells that it is over. */
    private static final Set<String> OF_SCRIPTS = Set.of("WRONGPASS", "NOAUTH", "WRONGTYPE", "NOREPLICAS", "MISCONF");

    /** It closes the connection behind it. */
    private static final String TOO_MANY_CLIENTS = "max number of clients reached";

    /** What is over after a while, or on another server. */
    private static final Set<String> PASSING = Set.of(
            "LOADING",
            "BUSY",
            "READONLY",
            "MASTERDOWN",
            "CLUSTERDOWN",
            "MOVED",
            "ASK", // until the slot has moved: its keys cannot be used together before
            "TRYAGAIN",
            "UNBLOCKED",
            "NOSCRIPT");

    private Failures() {}

    /**
     * Of a command, or of a connecting.
     *
     * @param sent whether the command may have been done where there was no answer
     */
    static RedisStoreException of(String where, Throwable failure, boolean sent) {
        RedisCommandExecutionException answer = answer(failure);
        if (answer == null) {
            Throwable root = failure;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            String what = root.getMessage() == null ? root.toString() : root.getMessage();
            return new RedisStoreException(sent ? Outcome.UNKNOWN : Outcome.NOT_DONE, where + ": " + what, failure);
        }
        String text = String.valueOf(answer.getMessage());
        String word = word(text);
        boolean passes = PASSING.contains(word)
                || text.contains(TOO_MANY_CLIENTS)
                || answer instanceof RedisLoadingException
                || answer instanceof RedisBusyException;
        String meaning = word.equals("READONLY") ? "it is a replica" : REFUSALS.get(word);
        String message = where + ": " + (meaning == null ? "" : meaning + ": ") + text;
        return new RedisStoreException(passes ? Outcome.NOT_DONE : Outcome.REFUSED, message, answer);
    }

    /** Whether Redis has no room for another connection for now. */
    static boolean isOfClients(RedisStoreException failure) {
        return String.valueOf(failure.getMessage()).contains(TOO_MANY_CLIENTS);
    }

    /** Whether Redis takes no writes for now, but may be read. */
    static boolean isOfWrites(RedisStoreException failure) {
        return OF_WRITES.contains(word(failure));
    }

    /** Of what was refused: whether other batches would be, too. */
    static boolean isOfAll(RedisStoreException failure) {
        return REFUSALS.containsKey(word(failure));
    }

    /** Whether it was refused though a check may be done. */
    static boolean isOfAppends(RedisStoreException failure) {
        return failure.outcome() == Outcome.REFUSED && !OF_SCRIPTS.contains(word(failure));
    }

    private static String word(RedisStoreException failure) {
        RedisCommandExecutionException answer = answer(failure);
        return answer == null ? "" : word(String.valueOf(answer.getMessage()));
    }

    private static String word(String text) {
        if (text.contains("ACL failure in script") // of 7.2 and later
                || text.contains("can't run this command")
                || text.contains("can't access at least one of the keys")) {
            return "NOPERM"; // as a script is told
        }
        return text.split(" ", 2)[0];
    }

    private static @Nullable RedisCommandExecutionException answer(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RedisCommandExecutionException answer) {
                return answer;
            }
        }
        return null;
    }
}
