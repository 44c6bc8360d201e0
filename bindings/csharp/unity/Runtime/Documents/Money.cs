using System;
using System.Globalization;
using Recoup.Native;

namespace Recoup
{
    /// <summary>An amount of money, exact.</summary>
    public readonly struct Money : IEquatable<Money>
    {
        /// <summary>An amount of money.</summary>
        /// <param name="micros">In millionths of the currency's unit: 4990000 is 4.99.</param>
        /// <param name="currency">ISO 4217 code, such as "USD".</param>
        public Money(long micros, string currency)
        {
            Micros = micros;
            Currency = currency;
        }

        /// <summary>In millionths of the currency's unit: 4990000 is 4.99.</summary>
        public long Micros { get; }

        /// <summary>ISO 4217 code, such as "USD".</summary>
        public string Currency { get; }

        /// <summary>In the currency's unit.</summary>
        public decimal Amount => Micros / 1000000m;

        /// <summary>Whether both are the same.</summary>
        /// <param name="left">One.</param>
        /// <param name="right">The other.</param>
        public static bool operator ==(Money left, Money right) => left.Equals(right);

        /// <summary>Whether they differ.</summary>
        /// <param name="left">One.</param>
        /// <param name="right">The other.</param>
        public static bool operator !=(Money left, Money right) => !left.Equals(right);

        /// <summary>Whether both are the same.</summary>
        /// <param name="other">The other.</param>
        public bool Equals(Money other) => Micros == other.Micros && Currency == other.Currency;

        /// <summary>Whether both are the same.</summary>
        /// <param name="other">The other.</param>
        public override bool Equals(object other) => other is Money money && Equals(money);

        /// <summary>The same for equal amounts.</summary>
        public override int GetHashCode() => Micros.GetHashCode() ^ (Currency?.GetHashCode() ?? 0);

        /// <summary>The amount and the currency, such as "4.99 USD".</summary>
        public override string ToString() => Amount.ToString("0.00####", CultureInfo.InvariantCulture) + " " + Currency;

        internal static Money Read(JsonValue value)
        {
            var json = new JsonObject(value);
            return new Money(json.Number("micros"), json.Text("currency"));
        }
    }
}
