package dev.freshet.examples;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command that takes orders. */
@Command(name = "orders", description = "Take orders into a database; stream each once it is committed.")
final class OrdersCommand implements Callable<Integer> {

    @Mixin
    private Listen listen = new Listen();

    @Option(
            names = "--database",
            paramLabel = "FOLDER",
            description =
                    "Folder of the database, so that a restart loses and doubles nothing; in memory if not given.")
    private @Nullable Path folder;

    @Override
    public Integer call() {
        Orders orders;
        try {
            orders = Orders.start(new Outbox(url(folder)), listen.server());
        } catch (SQLException e) {
            throw new IllegalArgumentException("--database: " + folder + ": " + e.getMessage(), e);
        }
        return orders.run(listen);
    }

    /** Returns the URL of a database of H2 that has written what is committed, is open until we close it, and logs nothing. */
    static String url(@Nullable Path folder) {
        return folder == null
                ? "jdbc:h2:mem:"
                : "jdbc:h2:file:" + folder.toAbsolutePath().resolve("orders")
                        + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0";
    }
}
