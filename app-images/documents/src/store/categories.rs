//! Categories. Every statement names the owner.

use sqlx::{FromRow, SqliteConnection};

use super::facts::json;
use super::{Doing, Store, StoreError};
use crate::document::{Category, CategoryId, Colour, Label, Rule, UserId};

/// What became of something with a name that must differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved<T> {
    /// It is stored.
    Done(T),
    /// The owner has no such thing.
    Missing,
    /// The owner has another of that name.
    NameTaken,
    /// The owner has as many as one may have.
    TooMany,
}

/// A change of a category; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CategoryChange {
    /// Another name.
    pub name: Option<Label>,
    /// Another colour.
    pub colour: Option<Colour>,
    /// Other rules, all at once.
    pub rules: Option<Vec<Rule>>,
}

#[derive(FromRow)]
struct CategoryRow {
    id: String,
    owner: String,
    name: String,
    colour: String,
    rules: String,
}

impl TryFrom<CategoryRow> for Category {
    type Error = StoreError;

    fn try_from(row: CategoryRow) -> Result<Self, StoreError> {
        let unexpected = StoreError::Unexpected { column: "category" };
        let parsed = (|| {
            Some(Self {
                id: row.id.parse().ok()?,
                owner: UserId::parse(&row.owner)?,
                name: Label::parse(&row.name)?,
                colour: Colour::parse(&row.colour)?,
                rules: serde_json::from_str(&row.rules).ok()?,
            })
        })();
        parsed.ok_or(unexpected)
    }
}

/// All categories of a person, by name, as part of what a connection is doing.
pub(super) async fn of_owner(
    connection: &mut SqliteConnection,
    owner: &UserId,
) -> Result<Vec<Category>, StoreError> {
    let rows: Vec<CategoryRow> = sqlx::query_as(
        "select id, owner, name, colour, rules from categories where owner = ? order by name_key",
    )
    .bind(owner.as_str())
    .fetch_all(connection)
    .await
    .doing("list categories")?;
    rows.into_iter().map(Category::try_from).collect()
}

impl Store {
    /// How many categories one person may have.
    pub const MOST_CATEGORIES: usize = 200;

    /// The owner's categories, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn categories(&self, owner: &UserId) -> Result<Vec<Category>, StoreError> {
        let mut connection = self.pool.acquire().await.doing("list categories")?;
        of_owner(&mut connection, owner).await
    }

    /// Stores a new category.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_category(&self, category: Category) -> Result<Saved<Category>, StoreError> {
        let mut transaction = self.write().await?;
        if of_owner(&mut transaction, &category.owner).await?.len() >= Self::MOST_CATEGORIES {
            return Ok(Saved::TooMany);
        }
        let inserted = sqlx::query(
            "insert into categories (id, owner, name, name_key, colour, rules) values (?, ?, ?, ?, ?, ?) \
             on conflict (owner, name_key) do nothing",
        )
        .bind(category.id.to_string())
        .bind(category.owner.as_str())
        .bind(category.name.as_str())
        .bind(category.name.key())
        .bind(category.colour.to_string())
        .bind(json(&category.rules))
        .execute(&mut *transaction)
        .await
        .doing("store a category")?;
        transaction.commit().await.doing("store a category")?;
        Ok(if inserted.rows_affected() > 0 { Saved::Done(category) } else { Saved::NameTaken })
    }

    /// Changes one of the owner's categories.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_category(
        &self,
        owner: &UserId,
        id: CategoryId,
        change: CategoryChange,
    ) -> Result<Saved<Category>, StoreError> {
        let mut transaction = self.write().await?;
        let all = of_owner(&mut transaction, owner).await?;
        let Some(mut category) = all.iter().find(|each| each.id == id).cloned() else {
            return Ok(Saved::Missing);
        };
        if let Some(name) = change.name {
            if all.iter().any(|each| each.id != id && each.name.key() == name.key()) {
                return Ok(Saved::NameTaken);
            }
            category.name = name;
        }
        category.colour = change.colour.unwrap_or(category.colour);
        category.rules = change.rules.unwrap_or(category.rules);
        sqlx::query("update categories set name = ?, name_key = ?, colour = ?, rules = ? where id = ?")
            .bind(category.name.as_str())
            .bind(category.name.key())
            .bind(category.colour.to_string())
            .bind(json(&category.rules))
            .bind(id.to_string())
            .execute(&mut *transaction)
            .await
            .doing("change a category")?;
        transaction.commit().await.doing("change a category")?;
        Ok(Saved::Done(category))
    }

    /// Deletes one of the owner's categories; its documents stay. Says whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_category(&self, owner: &UserId, id: CategoryId) -> Result<bool, StoreError> {
        let deleted = sqlx::query("delete from categories where id = ? and owner = ?")
            .bind(id.to_string())
            .bind(owner.as_str())
            .execute(&self.pool)
            .await
            .doing("delete a category")?;
        Ok(deleted.rows_affected() > 0)
    }
}
