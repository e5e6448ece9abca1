package dev.freshet.examples;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Orders and their outbox in a database. A transaction writes an order and its row of the outbox, so that neither is
 * without the other. Only this object writes, and so rows are committed in the order of their ids. Where several
 * writers commit at once, a lock must see to that: a relay would pass by a row that is committed after a later one.
 *
 * <p>For one thread.
 */
final class Outbox implements AutoCloseable {
    /** The number of relayed rows that are kept, for who starts later and for clients that resume. */
    static final int KEPT = 10_000;

    /**
     * A row.
     *
     * @param id that of the order
     * @param event the id of its event: a number would name another row in a database that is new, or restored
     */
    record Row(long id, String event, String item) {}

    private final Connection database;
    private long relayed; // the id of a row

    /**
     * Opens a database, and makes its tables if it has none.
     *
     * @param url for JDBC
     */
    Outbox(String url) throws SQLException {
        database = DriverManager.getConnection(url);
        try {
            database.setAutoCommit(false);
            execute("create table if not exists orders (id bigint primary key, item varchar not null)");
            execute("create table if not exists outbox (id bigint primary key, event varchar not null,"
                    + " item varchar not null)");
        } catch (SQLException e) {
            database.close();
            throw e;
        }
    }

    /** Writes an order, which is committed when this returns; all rows before must have been relayed. */
    Row write(String item) throws SQLException {
        Row row = new Row(relayed + 1, UUID.randomUUID().toString(), item);
        try {
            execute("insert into orders values (?, ?)", row.id, item);
            execute("insert into outbox values (?, ?, ?)", row.id, row.event, item);
            database.commit();
            return row;
        } catch (SQLException e) {
            database.rollback();
            throw e;
        }
    }

    /** Gives the committed rows that were not given yet to a relay, in order. */
    void relay(Consumer<Row> relay) throws SQLException {
        try (PreparedStatement rows =
                database.prepareStatement("select id, event, item from outbox where id > ? order by id")) {
            rows.setLong(1, relayed);
            ResultSet found = rows.executeQuery();
            while (found.next()) {
                Row row = new Row(found.getLong(1), found.getString(2), found.getString(3));
                relay.accept(row);
                relayed = row.id;
            }
        }
        execute("delete from outbox where id <= ?", relayed - KEPT);
        database.commit();
    }

    private void execute(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = database.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.execute();
        }
    }

    @Override
    public void close() throws SQLException {
        database.close();
    }
}
