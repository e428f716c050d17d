using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace SocialSentiment.Api.Data.Migrations
{
    /// <inheritdoc />
    public partial class ReplyDrafts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "reply_orders",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    post_id = table.Column<Guid>(type: "uuid", nullable: true),
                    revision = table.Column<int>(type: "integer", nullable: true),
                    text = table.Column<string>(type: "text", nullable: true),
                    label = table.Column<short>(type: "smallint", nullable: true),
                    tone = table.Column<short>(type: "smallint", nullable: false),
                    count = table.Column<short>(type: "smallint", nullable: false),
                    model = table.Column<string>(type: "text", nullable: true),
                    seed = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    note = table.Column<string>(type: "text", nullable: true),
                    worker = table.Column<string>(type: "text", nullable: true),
                    trace_parent = table.Column<string>(type: "text", nullable: true),
                    requested_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    published_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reply_orders", x => x.id);
                    table.ForeignKey(
                        name: "fk_reply_orders_posts",
                        column: x => x.post_id,
                        principalTable: "posts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "replies",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    job_id = table.Column<Guid>(type: "uuid", nullable: false),
                    rank = table.Column<short>(type: "smallint", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false),
                    source = table.Column<short>(type: "smallint", nullable: false),
                    model = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<string>(type: "text", nullable: false),
                    score = table.Column<float>(type: "real", nullable: false),
                    decision = table.Column<short>(type: "smallint", nullable: false),
                    edited_text = table.Column<string>(type: "text", nullable: true),
                    decided_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_replies", x => x.id);
                    table.ForeignKey(
                        name: "fk_replies_reply_orders",
                        column: x => x.job_id,
                        principalTable: "reply_orders",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_replies_job_id",
                table: "replies",
                column: "job_id");

            migrationBuilder.CreateIndex(
                name: "ix_reply_orders_open",
                table: "reply_orders",
                columns: new[] { "requested_at", "id" },
                filter: "state < 2");

            migrationBuilder.CreateIndex(
                name: "ix_reply_orders_open_of_post",
                table: "reply_orders",
                columns: new[] { "post_id", "tone" },
                unique: true,
                filter: "state < 2 AND post_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_reply_orders_post_id_requested_at",
                table: "reply_orders",
                columns: new[] { "post_id", "requested_at" },
                descending: new[] { false, true },
                filter: "post_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_reply_orders_previews",
                table: "reply_orders",
                column: "requested_at",
                filter: "post_id IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "replies");

            migrationBuilder.DropTable(
                name: "reply_orders");
        }
    }
}
