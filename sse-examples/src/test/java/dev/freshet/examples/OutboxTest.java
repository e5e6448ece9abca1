package dev.freshet.examples;

import static dev.freshet.harness.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.netty.SseServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** The database of the orders, looked at by another connection. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class OutboxTest {
    private static final String URL = "jdbc:h2:mem:outbox";

    private Connection other;
    private Statement statement;

    @BeforeEach
    void connect() throws SQLException {
        other = DriverManager.getConnection(URL);
        statement = other.createStatement();
    }

    @AfterEach
    void disconnect() throws SQLException {
        other.close();
    }

    private long number(String sql) throws SQLException {
        ResultSet result = statement.executeQuery(sql);
        result.next();
        return result.getLong(1);
    }

    private long connections() throws SQLException {
        return number("select count(*) from information_schema.sessions");
    }

    private static SseServer.Builder server() {
        return SseServer.builder().host("127.0.0.1").port(0);
    }

    @Test
    void aDatabaseInWhichNoTablesCanBeMadeIsClosed() throws Exception {
        statement.execute("create user clerk password ''");
        assertThatThrownBy(() -> new Outbox(URL + ";USER=CLERK;PASSWORD=")).isInstanceOf(SQLException.class);
        assertThat(connections()).isEqualTo(1);
    }

    @Test
    void aDatabaseWhoseRowsCannotBeReadIsClosed() throws Exception {
        statement.execute("create table outbox (name varchar)");
        Outbox outbox = new Outbox(URL);
        assertThatThrownBy(() -> Orders.start(outbox, server())).isInstanceOf(SQLException.class);
        assertThat(connections()).isEqualTo(1);
    }

    /** In a file, which an interrupt of a thread that writes to it would close. */
    @Test
    void anOrderThatIsBeingWrittenIsWrittenBeforeTheDatabaseIsClosed(@TempDir Path folder) throws Exception {
        String url = OrdersCommand.url(folder);
        Orders orders = Orders.start(new Outbox(url), server());
        try (Connection file = DriverManager.getConnection(url);
                Statement writing = file.createStatement()) {
            writing.execute("create alias written for '" + Writing.class.getName() + ".begun'");
            writing.execute("alter table orders add constraint held check (written(item))");
        }
        Caller caller = new Caller(orders.server());
        CompletableFuture<HttpResponse<String>> answer =
                CompletableFuture.supplyAsync(() -> caller.post("/orders", "tea"));
        Writing.BEGUN.acquire();
        Thread end = new Thread(orders::end);
        end.start();
        await("the end waits", () -> end.getState() == Thread.State.TIMED_WAITING);
        Writing.ENDS.release();
        end.join();

        assertThat(answer.join().statusCode()).isEqualTo(201);
        orders.server().close();
    }

    /** A function of the database, in which the writer is held up. */
    public static final class Writing {
        private static final Semaphore BEGUN = new Semaphore(0);
        private static final Semaphore ENDS = new Semaphore(0);

        private Writing() {}

        /** Called by the database when an order is written. */
        public static boolean begun(String item) {
            BEGUN.release();
            ENDS.acquireUninterruptibly(); // leaves an interrupt for the writer
            return !item.isEmpty();
        }
    }
}
