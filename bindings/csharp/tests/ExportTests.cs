using System;
using System.IO;
using System.Linq;
using System.Text;
using Recoup;
using Recoup.Native;

/// <summary>What leaves the ledger: figures, exports, and what is forgotten.</summary>
internal static class ExportTests
{
    /// <summary>A stream that calls something at each piece.</summary>
    private sealed class Pieces : MemoryStream
    {
        private readonly Action written;

        internal Pieces(Action written)
        {
            this.written = written;
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            base.Write(buffer, offset, count);
            written();
        }
    }

    [Test]
    private static void FiguresCountsAndDebtorsAreTyped()
    {
        using (var kiosk = Refunded())
        {
            var engine = kiosk.Engine;
            var question = new FiguresQuestion
            {
                Since = DateTimeOffset.FromUnixTimeMilliseconds(World.Noon).AddDays(-20), By = { FigureGroup.Store, FigureGroup.Country },
                Lists = { FigureList.Items, FigureList.Blocks, FigureList.Waiting, FigureList.Rules, FigureList.Reviews }, Repeat = 2,
            };
            var figures = engine.QueryFigures(question);
            Check.True(figures.Grain == FigureGrain.Day && figures.Environment == StoreEnvironment.Production, figures.Json);
            Check.Equal(2L, figures.Total.Refunds.Refunds);
            var group = figures.Groups.Single();
            Check.True(group.Refunds.Refunds == 2 && group.Group["store"] == "custom:kiosk" && group.Group["country"] == null, group.Json);
            Check.Equal(12L, figures.Items.Single().Due);
            Check.True(figures.Blocks.Active == 2 && figures.Reviews.Cases == 0 && figures.Waiting.PlayersOwing == 2, figures.Json);
            Check.True(figures.Lags.Count == 0 && figures.Definitions.Count > 0, figures.Json);
            Check.True(engine.QueryFigures().Blocks == null, "no list was wanted");
            var bad = new FiguresQuestion { By = { FigureGroup.Store, FigureGroup.Store } };
            Check.Fails(RecoupStatus.InvalidArgument, "bad_question", () => engine.QueryFigures(bad));

            var count = engine.QueryWorkCounts().Single();
            Check.True(count.Store == "custom:kiosk" && count.WorkStatus == WorkStatus.Open && count.Refunds == 2, count.Json);

            var first = engine.QueryDebtors(limit: 1);
            Check.True(first.Items.Single().User == "ann" && first.Items[0].Items.Single().Quantity == 5 && first.Items[0].Blocked, first.Json);
            var last = engine.QueryDebtors(first.Next, 1);
            Check.True(last.Items.Single().User == "bob" && last.Next == null, last.Json);
        }
    }

    [Test]
    private static void RowsAreWrittenToAStream()
    {
        using (var kiosk = Refunded())
        {
            var to = new MemoryStream();
            Check.Equal(2L, kiosk.Engine.Export(new ExportRequest { What = ExportKind.Debts }, to).Rows);
            var lines = Encoding.UTF8.GetString(to.ToArray()).Split(new[] { '\n' }, StringSplitOptions.RemoveEmptyEntries);
            Check.Equal(3, lines.Length);
            Check.Equal("{\"end\":{\"rows\":2}}", lines[2]);
            foreach (ExportKind kind in Enum.GetValues(typeof(ExportKind)))
            {
                kiosk.Engine.Export(new ExportRequest { What = kind, Format = ExportFormat.Excel }, new MemoryStream());
            }
            to = new MemoryStream();
            kiosk.Engine.Export(new ExportRequest { Format = ExportFormat.Csv, User = "ann" }, to);
            Check.Equal(2, Encoding.UTF8.GetString(to.ToArray()).Split(new[] { '\n' }, StringSplitOptions.RemoveEmptyEntries).Length, "a header and a row");
            var bad = new ExportRequest { What = ExportKind.Debts, Since = DateTimeOffset.FromUnixTimeMilliseconds(World.Noon) };
            Check.Fails(RecoupStatus.InvalidArgument, "bad_filter", () => kiosk.Engine.Export(bad, to));
            Check.Throws<ArgumentNullException>(() => kiosk.Engine.Export(new ExportRequest(), null));
        }
    }

    [Test]
    private static void AnExportOfManyRowsComesInPieces()
    {
        using (var kiosk = new Kiosk())
        {
            const int Purchases = 400;
            for (var i = 0; i < Purchases; i++)
            {
                kiosk.Deliver("é " + i, "K-" + i);
            }
            var pieces = 0;
            var to = new Pieces(() => pieces++);
            Check.Equal((long)Purchases, kiosk.Engine.Export(new ExportRequest { What = ExportKind.Purchases }, to).Rows);
            Check.True(pieces > 1, "pieces: " + pieces);
            var lines = Encoding.UTF8.GetString(to.ToArray()).Split(new[] { '\n' }, StringSplitOptions.RemoveEmptyEntries);
            Check.Equal(Purchases + 1, lines.Length);
            var users = lines.Take(Purchases).Select(line => JsonValue.Parse(line).Members["user"].Text);
            Check.True(users.OrderBy(user => user).SequenceEqual(Enumerable.Range(0, Purchases).Select(i => "é " + i).OrderBy(user => user)), "no text was cut");
        }
    }

    [Test]
    private static void AStreamThatThrowsStopsTheExport()
    {
        using (var kiosk = Refunded())
        {
            var to = new Pieces(() => throw new IOException("the disk is full"));
            var failure = Check.Throws<IOException>(() => kiosk.Engine.Export(new ExportRequest(), to));
            Check.Equal("the disk is full", failure.Message);
            Check.Throws<IOException>(() => kiosk.Engine.ExportUser("ann", to));
            var closed = new MemoryStream();
            closed.Dispose();
            Check.Throws<ObjectDisposedException>(() => kiosk.Engine.Export(new ExportRequest(), closed));
        }
    }

    [Test]
    private static void InsideAnExportSomeCallsAreRefused()
    {
        using (var kiosk = Refunded())
        {
            var engine = kiosk.Engine;
            var calls = 0;
            var to = new Pieces(() =>
            {
                calls++;
                Check.Fails(RecoupStatus.Reentrant, "reentrant", () => engine.Export(new ExportRequest(), new MemoryStream()));
                Check.Fails(RecoupStatus.Reentrant, "reentrant", () => engine.ExportUser("ann", new MemoryStream()));
                Check.Throws<InvalidOperationException>(engine.Dispose);
                Check.True(engine.IsBlocked("ann"), "other calls are not refused");
            });
            engine.Export(new ExportRequest(), to);
            Check.True(calls > 0, "called");
        }
    }

    [Test]
    private static void APlayerIsExportedAndForgotten()
    {
        using (var kiosk = Refunded())
        {
            var engine = kiosk.Engine;
            var to = new MemoryStream();
            Check.True(engine.ExportUser("ann", to).Rows > 0, "rows");
            var document = JsonValue.Parse(Encoding.UTF8.GetString(to.ToArray())).Members;
            Check.Equal("ann 1", document["user"].Text + " " + document["refunds"].Items.Count);

            Check.Fails(RecoupStatus.Refused, "still_needed", () => engine.ForgetUser("ann", "dpo", "request"));
            var forgotten = engine.ForgetUser("ann", "dpo", "request", true);
            Check.True(forgotten.Pseudonym.StartsWith("forgotten-") && forgotten.Purchases == 1 && forgotten.Refunds == 1, forgotten.Json);
            Check.True(!engine.IsBlocked("ann") && engine.QueryUser("ann").Refunds.Count == 0, "forgotten");
            Check.Equal(forgotten.Pseudonym, engine.QueryRefund(1).User);
            Check.Fails(RecoupStatus.InvalidArgument, "bad_text", () => engine.ForgetUser("bob", string.Empty, "request"));
            Check.Equal(0L, engine.Prune().Bodies, "nothing is old");
        }
    }

    private static Kiosk Refunded()
    {
        var kiosk = new Kiosk();
        kiosk.Deliver("ann", "K-1", new Grant("gem", 5));
        kiosk.Deliver("bob", "K-2", new Grant("gem", 7));
        kiosk.Refund("K-1");
        kiosk.Refund("K-2");
        return kiosk;
    }
}
