namespace Recoup
{
    /// <summary>What an exclusion goes by.</summary>
    public enum ExclusionKind
    {
        /// <summary>An order id or purchase token.</summary>
        Order = 1,

        /// <summary>A player.</summary>
        User = 2,

        /// <summary>A product; a pattern, in which * is any run of characters and ? is one.</summary>
        Product = 3,

        /// <summary>Orders that this ledger has a refund or revocation of its own for.</summary>
        OwnRefunds = 4,
    }

    /// <summary>What an exclusion does with the refunds that it fits.</summary>
    public enum ExclusionAction
    {
        /// <summary>The refund is recorded: events are queued and it counts, but it neither alerts nor blocks.</summary>
        Spare = 1,

        /// <summary>The refund is excluded: no event is queued, and it never counts.</summary>
        Exclude = 2,
    }
}
